/** The texts of the frame: saved views, and how the console looks. */

export const viewsTexts = {
  title: 'Saved views',
  mine: 'Mine',
  shared: 'Shared with everybody',
  isShared: 'shared with everybody',
  save: 'Save this view…',
  manage: 'Delete views…',
  none: 'there are none for this screen',
  oneThing: 'a page about one thing is its own link',
  elsewhere: 'its screen is not here',
  saveTitle: 'Save this view',
  name: 'Name',
  nameNeeded: 'A name is needed',
  replaces: 'You have a view of this name here: it will be replaced',
  holds: 'What it keeps',
  noFilter: 'the screen without a filter',
  share: 'Share with everybody in the organization',
  shareHint: 'Whoever opens it sees only what they may see.',
  confirmSave: 'Save',
  saved: (name: string) => `“${name}” is saved.`,
  manageTitle: 'Delete saved views',
  delete: (name: string) => `Delete ${name}`,
  confirmDelete: 'Delete',
  deleted: 'Deleted.',
} as const

export const looksTexts = {
  title: 'Appearance',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  density: 'Rows',
  densities: { comfortable: 'Comfortable', compact: 'Compact' },
  language: 'Language',
  languageSystem: 'As the browser',
} as const
