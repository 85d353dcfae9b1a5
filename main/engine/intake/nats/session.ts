/** One connection while it lasts: the catalog is watched, and each of its products followed. */
import type { JetStreamManager } from '@nats-io/jetstream'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import type { ReadDescriptor } from '../../../../preload/contract/descriptor.ts'
import type { ProductName } from '../../../../preload/contract/product.ts'
import { createEvent } from '../../event/event.ts'
import { createBackfill } from '../backfill.ts'
import type { IntakeOptions } from '../intake.ts'
import type { NatsAddress } from './address.ts'
import { watchCatalog } from './catalog.ts'
import { isUnanswered } from './cause.ts'
import { follow, type Following } from './follow.ts'

const catalogRetry = 5000

/** @returns when the connection has ended, with why */
export async function runSession(
  connection: NatsConnection,
  manager: JetStreamManager,
  options: IntakeOptions<NatsAddress>,
): Promise<Error | undefined> {
  const followed = new Map<ProductName, Following>()
  const backfill = createBackfill()
  const event = createEvent()
  let over = false
  let stopCatalog = (): void => undefined

  const forbidden = async (): Promise<void> => {
    for await (const status of connection.status()) {
      if (status.type !== 'error' || !(status.error instanceof errors.PermissionViolationError)) continue
      const tokens = status.error.subject.split('.')
      for (const following of followed.values())
        if (tokens.includes(following.stream)) following.forbidden(status.error)
    }
  }

  // of one product one after the other: a descriptor that changes twice must not be followed twice
  const orders = new Map<ProductName, Promise<void>>()
  const inTurn = (product: ProductName, order: () => Promise<void> | void): void => {
    const told = (orders.get(product) ?? Promise.resolve()).then(order).catch((error: unknown) => {
      // what ends with the connection is no problem
      if (!over) options.problem({ code: 'internal', message: String(error), subject: product })
    })
    orders.set(product, told)
    void told.then(() => {
      if (orders.get(product) === told) orders.delete(product)
    })
  }
  const listed = (product: ProductName, read: ReadDescriptor): void =>
    inTurn(product, async () => {
      if (over) return
      const sink = await options.product(product, read, () => listed(product, read))
      if (!sink) {
        followed.get(product)?.stop()
        followed.delete(product)
      }
      if (sink && !over && !followed.has(product))
        followed.set(
          product,
          follow(connection, manager, options.address.inbox, sink, backfill, options.time, event),
        )
    })
  const catalog = async (): Promise<void> => {
    while (!over && !connection.isClosed()) {
      const all = new Set<ProductName>()
      try {
        await watchCatalog(
          connection,
          options.schemaFault,
          {
            listed(product, read) {
              all.add(product)
              listed(product, read)
            },
            distrusted(product, problem, marking) {
              all.add(product)
              inTurn(product, () => {
                followed.get(product)?.stop()
                followed.delete(product)
                options.distrusted(product, marking)
                options.problem(problem)
              })
            },
            withdrawn(product) {
              inTurn(product, () => {
                followed.get(product)?.stop()
                followed.delete(product)
                options.withdrawn(product)
              })
            },
            complete(certain) {
              void Promise.all(orders.values()).then(() => options.listed(certain ? all : null))
            },
            problem: options.problem,
          },
          (stop) => {
            stopCatalog = stop
          },
        )
      } catch (error) {
        if (over || connection.isClosed()) return
        // where nobody answers nothing is refused: whoever keeps asking says so
        if (!isUnanswered(error))
          options.problem({
            code: 'product.not-permitted',
            message: `catalog: ${String(error)}`,
            subject: 'catalog',
          })
      }
      if (over || connection.isClosed()) return
      await new Promise((resolve) => setTimeout(resolve, catalogRetry).unref())
    }
  }

  void forbidden()
  void catalog()
  const why = await connection.closed()
  over = true
  stopCatalog()
  for (const following of followed.values()) following.stop()
  await Promise.all(orders.values())
  return why === undefined ? undefined : why
}
