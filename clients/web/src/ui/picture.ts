// Drawings as pictures that can be saved and sent.
import { saveBlob } from "./files";

/** Saves a drawing as a PNG on white, `width` pixels wide. */
export async function savePicture(
  drawing: SVGSVGElement,
  name: string,
  width = 1200,
): Promise<void> {
  const box = drawing.viewBox.baseVal;
  const height = Math.round((width * box.height) / box.width);
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const source = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }),
  );
  try {
    const image = new Image(width, height);
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    if (context === null) return;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(image, 0, 0, width, height);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (png !== null) saveBlob(name, png);
  } finally {
    URL.revokeObjectURL(source);
  }
}
