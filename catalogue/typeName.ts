/** The last part of a Pulumi type token: `Deployment` of `kubernetes:apps/v1:Deployment`. */
export function typeName(token: string): string {
    return token.slice(token.lastIndexOf(":") + 1);
}
