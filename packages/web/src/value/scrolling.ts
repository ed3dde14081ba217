/** The attributes of a box in a card that scrolls by keyboard. It is a group, because regions need a name of their own. */
export const scrolling = (label: string) => ({ tabIndex: 0, role: 'group', 'aria-label': label }) as const
