import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";

/**
 * The password of a database's user: 32 letters and digits, so that it needs no escapes in a connection string.
 *
 * @param rotation a changed word generates a new password. Default: the first one stays
 */
export function databasePassword(
    name: string,
    rotation: pulumi.Input<string> | undefined,
    parent: pulumi.ComponentResource,
): pulumi.Output<string> {
    const keepers = rotation === undefined ? {} : { keepers: { rotation } };
    return new RandomPassword(`${name}-password`, { length: 32, special: false, ...keepers }, { parent }).result;
}
