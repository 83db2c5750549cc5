// Numbers, dates and money as people of the language write them.
import { language, localeOf } from "../words/words";

function locale(): string {
  return localeOf(language());
}

/** A number of the protos: int64 fields are text in JSON, and absent where they are 0. */
export function int(value: string | number | undefined): number {
  return value === undefined ? 0 : Number(value);
}

export function number(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** A part of 1 as a percentage with one digit behind the point. */
export function percent(part: number): string {
  const format = { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale(), format).format(part);
}

/** Grams, as kilograms from 10 kg on; exact to the gram. */
export function grams(value: number): string {
  if (Math.abs(value) < 10_000) return `${number(value)} g`;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: 3 }).format(value / 1000)} kg`;
}

interface MoneyJson {
  currencyCode?: string;
  minorUnits?: string;
}

/** An exact amount in its currency; "–" where there is none. */
export function money(value: MoneyJson | undefined): string {
  if (value?.currencyCode === undefined || value.currencyCode === "") return "–";
  const format = new Intl.NumberFormat(locale(), {
    style: "currency",
    currency: value.currencyCode,
  });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(int(value.minorUnits) / 10 ** digits);
}

/** A plain local day, "YYYY-MM-DD"; "–" where there is none. */
export function day(value: string | undefined): string {
  if (value === undefined || value === "") return "–";
  const at = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return value;
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" }).format(at);
}

/** A plain local day with its weekday and without its year, for days that are near. */
export function nearDay(value: string): string {
  return new Intl.DateTimeFormat(locale(), {
    month: "short",
    day: "numeric",
    weekday: "short",
    timeZone: "UTC",
  }).format(new Date(`${value}T00:00:00Z`));
}

/** An instant in milliseconds, by the clock of this device. */
export function moment(ms: number): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(ms);
}

/** An instant in microseconds, as the protos have it; "–" for 0. */
export function momentUs(us: string | undefined): string {
  return int(us) === 0 ? "–" : moment(int(us) / 1000);
}

/** The local day of an instant in a time zone, "YYYY-MM-DD". */
export function dayIn(zone: string, ms: number): string {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(ms);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** The day `days` after `from`, both "YYYY-MM-DD". */
export function addDays(from: string, days: number): string {
  const at = new Date(`${from}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** An instant as a milkway.common.v1.ZonedTime, by the offset of this device. */
export function zonedTime(ms: number): { instant: string; utcOffsetMinutes: number } {
  const at = new Date(ms);
  return { instant: at.toISOString(), utcOffsetMinutes: -at.getTimezoneOffset() };
}
