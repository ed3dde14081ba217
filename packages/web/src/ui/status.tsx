/** A run's status as a word and an icon, so that colour is not the only difference. */
export const Status = ({ status }: { readonly status: string }) => (
  <span class="status" data-status={status}>
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d={ICONS[status] ?? ICONS.stopped} />
    </svg>
    {status}
  </span>
)

const ICONS: Readonly<Record<string, string>> = {
  running: 'M6 1.5A4.5 4.5 0 1 1 1.5 6',
  completed: 'm2 6.5 2.7 2.7L10 3.5',
  failed: 'm2.5 2.5 7 7m0-7-7 7',
  stopped: 'M2.5 2.5h7v7h-7z',
}
