// A picture for the road: small enough for a weak network, and without what the camera wrote
// into it (place, time, device), for it is drawn anew.

/** A photo has at most so many bytes. */
export const kPhotoBytesMax = 150_000;
/** Its longer side is at most so long, in pixels. */
const kSideMax = 1280;
const kQualities = [0.8, 0.65, 0.5];

/** Sides that fit into a square of `max`, in the same proportion. */
export function fitted(width: number, height: number, max: number): [number, number] {
  const scale = Math.min(1, max / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

function jpegOf(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)),
      "image/jpeg",
      quality,
    ),
  );
}

/** Makes a JPEG of at most kPhotoBytesMax. Fails if the file is no picture. */
export async function smallJpeg(file: Blob): Promise<ArrayBuffer> {
  const picture = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  try {
    for (let side = kSideMax; ; side = Math.round(side * 0.75)) {
      [canvas.width, canvas.height] = fitted(picture.width, picture.height, side);
      canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
      for (const quality of kQualities) {
        const jpeg = await jpegOf(canvas, quality);
        if (jpeg.size <= kPhotoBytesMax) return jpeg.arrayBuffer();
      }
    }
  } finally {
    picture.close();
  }
}
