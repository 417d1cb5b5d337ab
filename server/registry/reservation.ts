// What a write takes from shared pools beforehand, kept or given back by how the write went.
import type { Reservation } from './resource-definition.ts'

/** Keeps what was reserved when the write came to pass; gives it back when it failed, or when it gave undefined: another was first. */
export const settled = async <T>(reserved: Reservation | undefined, write: () => Promise<T>): Promise<T> => {
  if (!reserved) return write()
  try {
    const result = await write()
    await (result === undefined ? reserved.rollback() : reserved.commit())
    return result
  } catch (error) {
    await reserved.rollback()
    throw error
  }
}
