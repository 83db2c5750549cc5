// Charts as files.

/** Lets the person save bytes as a file. */
export function saveBlob(name: string, bytes: Blob): void {
  const url = URL.createObjectURL(bytes);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Twice as many dots as on the screen: sharp in a report. */
const kScale = 2;

/** The PNG of a chart, on white. Its looks must be in attributes: style sheets are not seen. */
export async function pictureOf(svg: SVGSVGElement): Promise<Blob> {
  const { width, height } = svg.viewBox.baseVal;
  const text = new XMLSerializer().serializeToString(svg);
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * kScale;
    canvas.height = height * kScale;
    const drawing = canvas.getContext("2d");
    if (drawing === null) throw new Error("this browser draws no pictures");
    drawing.fillStyle = "#ffffff";
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((png) => (png === null ? reject(new Error("no picture")) : resolve(png))),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
