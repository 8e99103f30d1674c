/** A sequence number that opens its entry in the ledger. */
import { Link } from '@tanstack/react-router'

export function ReceiptLink({ receipt }: { receipt: { id: string; seq: string } }) {
  return (
    <Link
      to="/records"
      search={{ seq: String(receipt.seq), id: receipt.id }}
      className="font-mono text-accent hover:underline"
    >
      {receipt.seq}
    </Link>
  )
}
