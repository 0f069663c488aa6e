/** Moments are whole seconds since 1970-01-01 UTC; the demo never asks a clock. */
export const MINUTE = 60
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** The shop's books run from the first second of 2024 to the last of October 2026. */
export const FIRST_MOMENT = moment('2024-01-01')
export const LAST_MOMENT = moment('2026-11-01') - 1

/** `2026-03-14` → its first second. */
export function moment(isoDate: string): number {
  return Date.parse(`${isoDate}T00:00:00Z`) / 1000
}

/** → `2026-03-14`. */
export function toDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

/** → `2026-03-14 09:26:53`, SQLite's own form (UTC). */
export function toTimestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
}

/** Calendar month, 0 for January. */
export function monthOf(seconds: number): number {
  return new Date(seconds * 1000).getUTCMonth()
}

export function yearOf(seconds: number): number {
  return new Date(seconds * 1000).getUTCFullYear()
}

/** 0 for Sunday. */
export function weekdayOf(seconds: number): number {
  return new Date(seconds * 1000).getUTCDay()
}
