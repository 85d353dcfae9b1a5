import * as v from 'valibot'

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** By its IANA name, that this machine knows. */
export const TimeZoneSchema = v.pipe(
  v.string(),
  v.maxLength(60),
  v.check(isTimeZone, 'an IANA time zone such as Europe/Paris'),
)
