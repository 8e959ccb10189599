// Numbers, days, ranges and names as they are read, in the language of the page.

import type { Area } from "./release";
import type { Told } from "./told";
import { isKey, type Language, type Say } from "./words";

export class Format {
  private readonly numbers: Intl.NumberFormat;
  private readonly percents: Intl.NumberFormat;
  private readonly days: Intl.DateTimeFormat;
  private readonly shortDays: Intl.DateTimeFormat;

  constructor(
    language: Language,
    private readonly say: Say,
    /** The least number of SIM cards behind a number. */
    private readonly k: number,
  ) {
    // Not the country of the browser: a page reads the same for everybody.
    const locale = language === "en" ? "en-GB" : language;
    this.numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
    this.percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
    this.days = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
    this.shortDays = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  percent(share: number): string {
    return this.percents.format(share);
  }

  /** 12 April 2031. */
  day(day: string): string {
    return this.days.format(new Date(`${day}T00:00:00Z`));
  }

  /** 12 Apr. */
  shortDay(day: string): string {
    return this.shortDays.format(new Date(`${day}T00:00:00Z`));
  }

  /** The number, or the word for why there is none. */
  value(own: Told): string {
    return own.value === null
      ? this.say(own.status === "withheld" ? "status.withheld" : "status.none")
      : this.number(own.value);
  }

  /** 1,560 to 2,160; empty where there is none. */
  range(own: Told): string {
    if (own.low === null || own.high === null) return "";
    return this.say("range.short", { low: this.number(own.low), high: this.number(own.high) });
  }

  /** The number with its range, or why there is none, in a sentence. */
  whole(own: Told): string {
    if (own.value === null) return this.why(own);
    const range = this.range(own);
    return range ? `${this.number(own.value)} (${range})` : this.number(own.value);
  }

  why(own: Told): string {
    if (own.status === "withheld") {
      const key = `reason.${own.reason ?? ""}`;
      return isKey(key) ? this.say(key, { k: this.k }) : this.say("reason.other", { reason: own.reason ?? "?" });
    }
    const key = `none.${own.flags?.split(";")[0] ?? ""}`;
    return this.say(isKey(key) ? key : "none.other");
  }

  name(area: Area): string {
    return area.name ?? (area.id.startsWith("_") ? this.say("unknown.place") : area.id);
  }

  /** Fenden (XA0103). */
  area(area: Area): string {
    return this.name(area) === area.id ? area.id : `${this.name(area)} (${area.id})`;
  }
}
