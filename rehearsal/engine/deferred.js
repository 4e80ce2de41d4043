"use strict";
/**
 * Stands for a module that is loaded when something of it is first read.
 *
 * @param load loads it
 * @param known values of it that are known without loading it
 */
exports.deferred = (load, known = {}) => {
    let loaded;
    const target = () => (loaded ??= load());
    return new Proxy(
        {},
        {
            // Says that it is an ES module, so that `import *` helpers pass it on as it is, instead of copying its fields.
            get: (_, key) => (key === "__esModule" ? true : Object.hasOwn(known, key) ? known[key] : target()[key]),
            has: (_, key) => Object.hasOwn(known, key) || key in target(),
        },
    );
};
