/** What products that tell of resources are called within their domains. */
export const resourceNames: readonly string[] = ['moves', 'resources']
/** … and what tells how machines are. */
export const stateNames: readonly string[] = ['states']
