'use strict';
/**
 * Property values of resources, read from and written to the wire without an object per field in between.
 *
 * Every resource of every update passes through `google.protobuf.Struct` several times, in the program, in the provider
 * and in the policy pack, and the engine asks about one resource after another. The library makes three objects of each
 * value before the value itself: that was a quarter of what a provider's answer took. Here a Struct holds the plain
 * value and is read and written with the library's own reader and writer. What asks for its fields as messages gets them.
 */

/** @typedef {{nextField(): boolean, isEndGroup(): boolean, getFieldNumber(): number, skipField(): void, readString(): string, readDouble(): number, readBool(): boolean, readEnum(): number, readMessage(message: any, read: (message: any, reader: Reader) => void): void}} Reader */
/** @typedef {{writeString(field: number, value: string): void, writeDouble(field: number, value: number): void, writeBool(field: number, value: boolean): void, writeEnum(field: number, value: number): void, writeMessage(field: number, message: any, write: (message: any, writer: Writer) => void): void}} Writer */
/** A place for one value: a message that is read or written must be an object. @typedef {{value: any}} Box */

const PLAIN = Symbol('plain value');

/** Field numbers of google/protobuf/struct.proto. */
const FIELDS = 1;
const [KEY, VALUE] = [1, 2];
const [NULL, NUMBER, STRING, BOOL, STRUCT, LIST] = [1, 2, 3, 4, 5, 6];
const VALUES = 1;

/**
 * @param {any} object
 * @param {Reader} reader
 */
function readStruct(object, reader) {
  while (reader.nextField() && !reader.isEndGroup()) {
    if (reader.getFieldNumber() === FIELDS) reader.readMessage(object, readEntry);
    else reader.skipField();
  }
}

/**
 * @param {any} object
 * @param {Reader} reader
 */
function readEntry(object, reader) {
  let key = '';
  /** @type {Box} */
  const box = { value: null };
  while (reader.nextField() && !reader.isEndGroup()) {
    const field = reader.getFieldNumber();
    if (field === KEY) key = reader.readString();
    else if (field === VALUE) reader.readMessage(box, readValue);
    else reader.skipField();
  }
  // Assigning this one name would change the object's prototype instead.
  if (key === '__proto__') {
    Object.defineProperty(object, key, {
      value: box.value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else object[key] = box.value;
}

/**
 * @param {Box} box
 * @param {Reader} reader
 */
function readValue(box, reader) {
  while (reader.nextField() && !reader.isEndGroup()) {
    switch (reader.getFieldNumber()) {
      case NULL:
        reader.readEnum();
        box.value = null;
        break;
      case NUMBER:
        box.value = reader.readDouble();
        break;
      case STRING:
        box.value = reader.readString();
        break;
      case BOOL:
        box.value = reader.readBool();
        break;
      case STRUCT:
        box.value = {};
        reader.readMessage(box.value, readStruct);
        break;
      case LIST:
        box.value = [];
        reader.readMessage(box.value, readList);
        break;
      default:
        reader.skipField();
    }
  }
}

/**
 * @param {any[]} list
 * @param {Reader} reader
 */
function readList(list, reader) {
  while (reader.nextField() && !reader.isEndGroup()) {
    if (reader.getFieldNumber() === VALUES) {
      /** @type {Box} */
      const box = { value: null };
      reader.readMessage(box, readValue);
      list.push(box.value);
    } else reader.skipField();
  }
}

/**
 * @param {any} object
 * @param {Writer} writer
 */
function writeStruct(object, writer) {
  for (const key of Object.keys(object)) writer.writeMessage(FIELDS, { key, value: object[key] }, writeEntry);
}

/**
 * @param {{key: string, value: any}} entry
 * @param {Writer} writer
 */
function writeEntry(entry, writer) {
  writer.writeString(KEY, entry.key);
  writer.writeMessage(VALUE, entry, writeValue);
}

/**
 * @param {Box} box
 * @param {Writer} writer
 */
function writeValue({ value }, writer) {
  switch (typeof value) {
    case 'string':
      return writer.writeString(STRING, value);
    case 'number':
      return writer.writeDouble(NUMBER, value);
    case 'boolean':
      return writer.writeBool(BOOL, value);
    case 'object':
      if (value === null) return writer.writeEnum(NULL, 0);
      if (Array.isArray(value)) return writer.writeMessage(LIST, value, writeList);
      return writer.writeMessage(STRUCT, value, writeStruct);
    default:
      throw new Error(`a ${typeof value} cannot be part of a resource's properties`);
  }
}

/**
 * @param {any[]} list
 * @param {Writer} writer
 */
function writeList(list, writer) {
  for (const value of list) writer.writeMessage(VALUES, { value }, writeValue);
}

/**
 * Makes the Structs of a copy of the library lean.
 * @param {any} structs `google-protobuf/google/protobuf/struct_pb`, the copy that the SDK uses; its generated code has no
 *   types of its own
 */
function makeLean({ Struct }) {
  if (PLAIN in Struct.prototype) return;
  const { fromJavaScript, deserializeBinaryFromReader, serializeBinaryToWriter } = Struct;
  const { getFieldsMap, toJavaScript } = Struct.prototype;
  Struct.prototype[PLAIN] = undefined;

  Struct.fromJavaScript = (/** @type {any} */ value) => {
    const message = new Struct();
    message[PLAIN] = value;
    return message;
  };
  Struct.deserializeBinaryFromReader = (/** @type {any} */ message, /** @type {Reader} */ reader) => {
    // A message that holds fields already is merged with what comes: that is rare, and the library knows how.
    if (message[PLAIN] === undefined && getFieldsMap.call(message, true)?.getLength() > 0) {
      return deserializeBinaryFromReader(message, reader);
    }
    message[PLAIN] ??= {};
    readStruct(message[PLAIN], reader);
    return message;
  };
  Struct.serializeBinaryToWriter = (/** @type {any} */ message, /** @type {Writer} */ writer) =>
    message[PLAIN] === undefined
      ? serializeBinaryToWriter(message, writer)
      : writeStruct(message[PLAIN], writer);
  Struct.prototype.toJavaScript = /** @this {any} */ function () {
    return this[PLAIN] ?? toJavaScript.call(this);
  };
  // Who wants the fields may change them: from then on the message is the library's own kind again.
  Struct.prototype.getFieldsMap = /** @this {any} */ function (/** @type {boolean | undefined} */ lazily) {
    const plain = this[PLAIN];
    if (plain === undefined) return getFieldsMap.call(this, lazily);
    this[PLAIN] = undefined;
    const map = getFieldsMap.call(this);
    getFieldsMap
      .call(fromJavaScript(plain))
      .forEach((/** @type {any} */ value, /** @type {string} */ key) => map.set(key, value));
    return map;
  };
}

module.exports = { makeLean };
