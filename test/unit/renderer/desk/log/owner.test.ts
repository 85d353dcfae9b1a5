import { expect, it } from 'vitest'
import { ownerOf } from '../../../../../renderer/desk/log/entry/owner.ts'

const known = {
  person: 'L. Perrin',
  list: ['A. Durand', 'C. Lefèvre', 'L. Perrin'],
  elsewhere: [{ person: 'S. Petit', node: 'poste-08' }],
  functions: [
    { id: 'chef-de-salle', name: { fr: 'Chef de salle', en: 'Room chief' }, may: [], held: null },
    { id: 'chef-pc', name: 'Chef de PC', may: [], held: null },
  ],
}
const read = (typed: string) =>
  ownerOf(typed, known, (words) => (typeof words === 'string' ? words : words.fr))

it('a task is a function’s, in either language, or a person’s, as far as they are typed; else whoever is named', () => {
  expect(read('chef de s')).toEqual({ function: 'chef-de-salle', name: 'Chef de salle' })
  expect(read('ROOM')).toEqual({ function: 'chef-de-salle', name: 'Chef de salle' })
  expect(read('lefevre')).toEqual({ function: null, name: 'C. Lefèvre' })
  expect(read('Petit')).toEqual({ function: null, name: 'S. Petit' })
  // one of two is nobody's guess
  expect(read('chef')).toEqual({ function: null, name: 'chef' })
  expect(read('PP, M. Costa')).toEqual({ function: null, name: 'PP, M. Costa' })
  expect(read('  ')).toBe(null)
})
