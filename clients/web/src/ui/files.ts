// Files for the person who looks at the page.

/** Lets the person save a file. */
export function saveBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: a browser may still be reading it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Lets the person save `text` as a file. */
export function saveFile(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type }));
}

/**
 * Rows as CSV (RFC 4180) that Excel opens with Chinese as it is: UTF-8 with a byte order
 * mark, CR LF. A text that a spreadsheet would take for a formula gets an apostrophe.
 */
export function csvOf(rows: (string | number)[][]): string {
  const cell = (value: string | number): string => {
    if (typeof value === "number") return String(value);
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;
}

/** Lets the person save rows as CSV; `name` without its ending. */
export function saveCsv(name: string, rows: (string | number)[][]): void {
  saveFile(`${name}.csv`, "text/csv;charset=utf-8", csvOf(rows));
}
