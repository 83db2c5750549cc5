// Reading CSV files (RFC 4180) as spreadsheets write them.

/** A row: its values by the names of the columns, and the line on which it begins. */
export interface CsvRow {
  line: number;
  values: Record<string, string>;
}

/** The cells of every line of a text. */
function cellsOf(text: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let begun = 1;
  const endRow = () => {
    if (cells.length > 0 || cell !== "") rows.push({ line: begun, cells: [...cells, cell] });
    cells = [];
    cell = "";
    begun = line;
  };
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] ?? "";
    if (letter === "\n") line++;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === ",") {
      cells.push(cell);
      cell = "";
    } else if (letter === "\n") endRow();
    else if (letter !== "\r") cell += letter;
  }
  endRow();
  return rows;
}

/** The rows of a file with a header; a byte order mark is allowed. */
export function csvRows(text: string): CsvRow[] {
  const [head, ...rows] = cellsOf(text.replace(/^\uFEFF/, ""));
  const names = (head?.cells ?? []).map((name) => name.trim());
  return rows.map(({ line, cells }) => ({
    line,
    values: Object.fromEntries(names.map((name, i) => [name, (cells[i] ?? "").trim()])),
  }));
}
