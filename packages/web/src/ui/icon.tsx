const PATHS = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  close: 'm4 4 8 8m0-8-8 8',
  check: 'm3 8.5 3.2 3.2L13 5',
  copy: 'M5.5 5.5V3.5a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2M3.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1Z',
  pointer: 'M10 2.5 6 13.5M3.5 5.5 1.5 8l2 2.5m9-5 2 2.5-2 2.5',
  history: 'M2.5 8a5.5 5.5 0 1 0 1.8-4L2.5 5.5m0-3v3h3M8 5v3.2l2.2 1.3',
  columns: 'M2.5 3.5h11v9h-11zM6.2 3.5v9m3.6-9v9',
  down: 'm4.5 6.5 3.5 3.5 3.5-3.5',
  right: 'm6.5 4.5 3.5 3.5-3.5 3.5',
  up: 'M8 12.5v-9M4.5 7 8 3.5 11.5 7',
  fall: 'M8 3.5v9M4.5 9 8 12.5 11.5 9',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9M7 7v4m2-4v4',
  compare: 'M5 2.5v11M11 2.5v11M2.5 6h5m1 4h5',
  key: 'M9.5 6.5a3.5 3.5 0 1 0-2.6 3.4L8 11h1.5v1.5H11V14h2.5v-2.5L9.4 7.4c.1-.3.1-.6.1-.9ZM5.5 5.5h.01',
  out: 'M6 13.5H3.5a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1H6m4.5 8.5 3-3-3-3m3 3H6',
  download: 'M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11',
  back: 'M13 8H3m4-4L3 8l4 4',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-9.5V8l2.5 1.5',
  warning: 'M8 5.5v3.5m0 2.2v.1M7.1 2.5l-5.4 9.5a1 1 0 0 0 .9 1.5h10.8a1 1 0 0 0 .9-1.5L8.9 2.5a1 1 0 0 0-1.8 0Z',
  link: 'M6.5 3.5h-3v9h9v-3M9 3h4v4m0-4L7.5 8.5',
  plus: 'M8 3v10M3 8h10',
} as const

export type IconName = keyof typeof PATHS

/** A decorative icon. Screen readers skip it, so put it beside text or on a labelled button. */
export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
)

export const Logo = ({ size }: { readonly size: number }) => (
  <svg class="logo" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
    <rect width="32" height="32" rx="8" />
    <path d="M9 17.5v6M16 8.5v15M23 13.5v10" />
  </svg>
)
