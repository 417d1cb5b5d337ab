// What tests hand to code that may not change it: a change in place throws.

/** The value, frozen all the way down but for what is read when it is asked for. */
export const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const { value: member } of Object.values(Object.getOwnPropertyDescriptors(value))) frozen(member)
  return Object.freeze(value)
}
