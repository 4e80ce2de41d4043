/** Which release of OpenShift AI a stack installs. */
import type { Stack } from "./subject";

/** `3.4`, from the pin or the channel of its Subscription; undefined where the stack does not install it, or does not say yet. */
export function releaseOf(stack: Stack): string | undefined {
    const subscription = stack.of("Subscription").find((s) => s.value["spec"]?.name === "rhods-operator");
    if (subscription?.unknownAt(["spec", "startingCSV"]) === true) {
        return undefined;
    }
    const spec = subscription?.value["spec"] as { startingCSV?: unknown; channel?: unknown } | undefined;
    return /(\d+\.\d+)/.exec(String(spec?.startingCSV ?? spec?.channel ?? ""))?.[1];
}
