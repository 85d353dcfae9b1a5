/** Words by which the domains say that something is over. Free text on the wire: what is not known is still open. */
const over = new Set([
  'closed',
  'resolved',
  'done',
  'ended',
  'cancelled',
  'canceled',
  'executed',
  'clos',
  'close',
  'fermé',
  'fermée',
  'résolu',
  'résolue',
  'levé',
  'levée',
  'terminé',
  'terminée',
  'annulé',
  'annulée',
  'exécuté',
  'exécutée',
])

export const isOver = (status: string | undefined): boolean =>
  status !== undefined && over.has(status.trim().toLocaleLowerCase())
