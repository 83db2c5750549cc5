// The code on a bag: which lot it is of, and which of the printed labels.
import encodeQR from "qr";

/** The text in a bag's code; short, so that it can be read at 12 mm. */
export function labelText(lotId: string, n: number): string {
  return `milkway:lot/${lotId}/${n}`;
}

/** Modules of white round a code (ISO/IEC 18004). */
const kQuiet = 4;

/** A code as an SVG path over a square of `size` modules, the quiet zone among them. */
export function codePath(text: string): { size: number; path: string } {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: kQuiet });
  let path = "";
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      path += `M${from} ${y}h${x - from + 1}v1h${from - x - 1}z`;
    }
  });
  return { size: rows.length, path };
}
