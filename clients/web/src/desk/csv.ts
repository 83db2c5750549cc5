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
