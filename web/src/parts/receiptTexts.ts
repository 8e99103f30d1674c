/** The texts of a receipt shown beside what it proves. */
export const receiptTexts = {
  title: 'Receipt',
  numbered: (seq: string) => `Receipt ${seq}`,
  open: (seq: string) => `Receipt ${seq}`,
  inLedger: 'In the ledger',
  hidden: 'This receipt is not here, or not yours to see',
  hiddenHint: 'Its hash still counts in the chain; its body belongs to another team.',
  type: 'Type',
  when: 'When',
  leaf: 'Leaf hash',
  previous: 'Previous link',
  link: 'Link',
  body: 'Canonical body, as hashed',
} as const
