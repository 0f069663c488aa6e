/** A copy without some members. */
export function leaveOut<T extends object, K extends keyof T>(from: T, names: readonly K[]): Omit<T, K>
export function leaveOut(from: object, names: readonly PropertyKey[]): object {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)))
}
