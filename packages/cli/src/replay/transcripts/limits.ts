/**
 * How much a transcript may be, so that no file can take the machine down.
 * Each is far above what recorded runs have; beyond it a file is named and skipped.
 */

/** Read into memory whole. */
export const fileBytesMax = 256 * 1_048_576
/** One JSON text: a `.json` file, or a line of a `.jsonl` file. */
export const textBytesMax = 64 * 1_048_576
/** Arrays and objects inside each other. Arguments go three deep into a request that may be 64 deep. */
export const depthMax = 64
/** Of one run. */
export const messagesMax = 100_000
export const callsMax = 20_000
/** Names of tools are names: the contract takes no longer ones. */
export const toolNameMax = 200
/** Ids are opaque; providers use some 30 characters. */
export const callIdMax = 512
/** Files found below the folder. */
export const filesMax = 100_000
/** Folders inside each other: a tree deeper than this is a loop or a mistake. */
export const folderDepthMax = 64
