/** Names of resources, formed as the engine forms them. */

/** The type of the resource that stands for the stack itself. */
export const STACK_TYPE = "pulumi:pulumi:Stack";
/** The prefix of the types of provider resources. */
export const PROVIDER_PREFIX = "pulumi:providers:";

/** `urn:pulumi:<stack>::<project>::<type chain>::<name>`; the chain holds the types of all parents below the stack. */
export function createUrn(stack: string, project: string, type: string, name: string, parent?: string): string {
    const chain = parent === undefined || parent === "" ? "" : qualifiedType(parent);
    const qualified = chain === "" || chain === STACK_TYPE ? type : `${chain}$${type}`;
    return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** The chain of types in a URN: `Outer$Inner$kubernetes:core/v1:Namespace`. */
export function qualifiedType(urn: string): string {
    return urn.split("::")[2] ?? "";
}

/** The type of the resource itself. */
export function typeOf(urn: string): string {
    const chain = qualifiedType(urn);
    return chain.slice(chain.lastIndexOf("$") + 1);
}

/** The name of the resource; it may contain `::`. */
export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

/** The package of a type token: `kubernetes`. Of a provider resource, the package that it provides. */
export function packageOf(type: string): string {
    return type.startsWith(PROVIDER_PREFIX) ? type.slice(PROVIDER_PREFIX.length) : (type.split(":")[0] ?? "");
}

/** Whether resources of this type are providers. */
export function isProviderType(type: string): boolean {
    return type.startsWith(PROVIDER_PREFIX);
}

/** A reference to a provider, `<urn>::<id>`, in its parts. */
export function parseProviderReference(reference: string): { urn: string; id: string } {
    const at = reference.lastIndexOf("::");
    return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}
