/** The schema of the settings, looked up by path. */
import { z } from "zod";

import { settingsSchema } from "./schema";

export { settingsSchema };

/** The keys that an object of the schema may have at a path. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
    const node = unwrap(schema);
    const [head, ...rest] = path;
    if (node instanceof z.ZodObject) {
        return head === undefined ? Object.keys(node.shape) : keysAt(node.shape[String(head)], rest);
    }
    if (node instanceof z.ZodArray && head !== undefined) {
        return keysAt(node.element, rest);
    }
    if (node instanceof z.ZodRecord) {
        const keys = node.keyType instanceof z.ZodEnum ? node.keyType.options.map(String) : [];
        return head === undefined ? keys : keysAt(node.valueType, rest);
    }
    return [];
}

/** The schema under defaults, optionals and the like. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
    return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional
        ? unwrap(schema.def.innerType)
        : schema;
}
