/** The release of OpenShift AI that a stack installs. */
import type { Stack } from "./subject";

/** `3.4`, from the pin or the channel of its Subscription; undefined if the stack does not install it, or the value is not known yet. */
export function releaseOf(stack: Stack): string | undefined {
    const subscription = stack.of("Subscription").find((s) => s.value["spec"]?.name === "rhods-operator");
    if (subscription?.unknownAt(["spec", "startingCSV"]) === true) {
        return undefined;
    }
    const spec = subscription?.value["spec"] as { startingCSV?: unknown; channel?: unknown } | undefined;
    return /(\d+\.\d+)/.exec(String(spec?.startingCSV ?? spec?.channel ?? ""))?.[1];
}
