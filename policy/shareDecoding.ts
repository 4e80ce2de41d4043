/**
 * The SDK decodes the properties of every resource again for each rule: with 40 rules, this is nine tenths of a pack's time
 * on a large stack. Here, a message is decoded once for all rules. They only read the result, because {@link known} copies
 * it.
 */
type Decode = (properties: object | undefined, keepInternal: boolean) => object;
type Wrap = (target: object) => object;

/** Shares the decoded properties between rules. Has no effect on an SDK with another structure. */
export function shareDecoding(): void {
    share<Decode>("@pulumi/policy/deserialize", "deserializeProperties", (decode) => {
        const decoded = new WeakMap<object, object>();
        return (properties, keepInternal) =>
            // The result also depends on this flag.
            properties === undefined || keepInternal
                ? decode(properties, keepInternal)
                : once(decoded, properties, () => decode(properties, keepInternal));
    });
    share<Wrap>("@pulumi/policy/proxy", "unknownCheckingProxy", (wrap) => {
        const wrapped = new WeakMap<object, object>();
        return (target) => once(wrapped, target, () => wrap(target));
    });
}

function share<F>(module: string, name: string, shared: (own: F) => F): void {
    let exported: Record<string, unknown>;
    try {
        exported = require(module) as Record<string, unknown>;
    } catch {
        return;
    }
    if (typeof exported[name] === "function" && Object.getOwnPropertyDescriptor(exported, name)?.writable === true) {
        exported[name] = shared(exported[name] as F);
    }
}

function once(made: WeakMap<object, object>, key: object, make: () => object): object {
    let value = made.get(key);
    if (value === undefined) {
        value = make();
        made.set(key, value);
    }
    return value;
}
