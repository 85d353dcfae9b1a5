import type { Attachment } from 'svelte/attachments'

/**
 * A dialog that is open while `isOpen` says so; Escape and whatever else closes it says so to `left`. The state goes
 * first: `close` comes only some time after the dialog has gone, and may find it open again.
 *
 * @param left may be called more than once: of Escape and of what comes after it, and when the state closed the dialog,
 *   which may be part of the state only. Not for a dialog that has to be closed before what follows, or that may stay.
 */
export const modal =
  (isOpen: () => boolean, left: () => void): Attachment<HTMLDialogElement> =>
  (dialog) => {
    // a file field within it has a `cancel` of its own, and it bubbles
    const onCancel = ({ target }: Event): void => {
      if (target === dialog) left()
    }
    const onClose = (): void => {
      if (!dialog.open) left()
    }
    dialog.addEventListener('cancel', onCancel)
    dialog.addEventListener('close', onClose)
    $effect(() => {
      if (!isOpen()) dialog.close()
      else if (!dialog.open) dialog.showModal()
    })
    return () => {
      dialog.removeEventListener('cancel', onCancel)
      dialog.removeEventListener('close', onClose)
    }
  }
