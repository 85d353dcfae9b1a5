/** The ground's colours: everything grey, so that only what happens has colour (ISA-101). */
export const theme = {
  ground: '#0d1115',
  land: '#12181d',
  green: '#151e20',
  border: '#2f3942',
  division: '#1f272e',
  cell: '#1b2329',
  waterEdge: '#1d3340',
  water: '#274553',
  street: '#222b32',
  boulevard: '#2c3740',
  motorway: '#36424c',
  faint: '#66727d',
  dim: '#8a96a0',
  /** outlines and marks of places that the platform names */
  outline: '#9fabb5',
} as const
