/**
 * Steps for classes whose number of steps is found at run time: the decorators, called as the `experimentalDecorators` dialect
 * calls them, with prototype, name and descriptor.
 *
 * @param {{ prototype: object }} flowClass
 * @param {string} name
 * @param {{ on: (prototype: object, name: string, descriptor: PropertyDescriptor) => void, method: Function }} step
 */
export function addStep(flowClass, name, { on, method }) {
  const descriptor = { value: method, writable: true, configurable: true, enumerable: false };
  Object.defineProperty(flowClass.prototype, name, descriptor);
  on(flowClass.prototype, name, descriptor);
}
