import { csvOf } from "../desk/csv";
import { saveFile } from "../gift/share";

/** Lets the person save rows as NAME.csv. */
export function saveCsv(name: string, rows: (string | number)[][]): void {
  saveFile(`${name}.csv`, "text/csv;charset=utf-8", csvOf(rows));
}
