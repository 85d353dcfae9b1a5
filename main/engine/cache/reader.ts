/** What who only reads needs of the database. */
export type Value = string | number | null | Uint8Array

export interface Reader {
  all<Row>(sql: string, values?: readonly Value[]): Promise<Row[]>
}
