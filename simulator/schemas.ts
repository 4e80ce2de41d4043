/** The schemas in kinds/, for a cluster that has no definition of a kind worth the name. */
import { problemsOf } from "../kinds/check";
import { registeredKinds, typeToken } from "../kinds/kind";
import type { SchemaCheck } from "../rehearsal/cluster/validation";

/** Judges objects of kinds that nobody but this project writes; a product's own definition fills in defaults that kinds/ need not know. */
export const kindSchemas: SchemaCheck = (apiVersion, kind, object) => {
    const definition = registeredKinds().get(typeToken(apiVersion, kind));
    return definition === undefined || definition.alsoByOperators === true ? [] : problemsOf(definition, object);
};
