import type { OptionSpec } from "../command";

/** The workshop of a catalog item in place of those of the stack. */
export const catalogOptions = {
    catalog: {
        type: "file",
        value: "FILE",
        help: "the workshop of a catalog item (AgnosticV, Babylon) instead of those of the stack",
    },
    guid: { type: "text", value: "ID", help: "with --catalog: id of the order (default: guid of the file)" },
} as const satisfies Record<string, OptionSpec>;
