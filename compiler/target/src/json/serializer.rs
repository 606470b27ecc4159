//! What serde hands over, written as it comes. A template has texts, whole numbers, truths, lists and maps; of serde's
//! other forms those are written that serde_json writes too, and the rest is an error.

use serde::ser::{
    Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};
use std::fmt::{Error, Write};

type Done = Result<(), Error>;

/// A document in the making.
pub(super) struct Writer {
    pub out: String,
    /// How many collections are open.
    pub depth: usize,
}

impl Writer {
    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.depth += 1;
    }

    /// A whole number, in decimal.
    fn number(&mut self, number: impl std::fmt::Display) -> Done {
        write!(self.out, "{number}")
    }
}

/// A list or map that is open.
pub(super) struct Open<'w> {
    writer: &'w mut Writer,
    empty: bool,
    end: char,
}

impl Open<'_> {
    fn next(&mut self) {
        self.writer.line(!self.empty);
        self.empty = false;
    }

    fn entry<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Done {
        self.next();
        self.writer.quote(key);
        SerializeMap::serialize_value(self, value)
    }

    fn close(self) -> Done {
        self.writer.depth -= 1;
        if !self.empty {
            self.writer.line(false);
        }
        self.writer.out.push(self.end);
        Ok(())
    }
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Open<'w>;
    type SerializeTuple = Open<'w>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Open<'w>;
    type SerializeStruct = Open<'w>;
    type SerializeStructVariant = Impossible<(), Error>;

    fn serialize_str(self, text: &str) -> Done {
        self.quote(text);
        Ok(())
    }

    fn serialize_char(self, letter: char) -> Done {
        self.serialize_str(letter.encode_utf8(&mut [0; 4]))
    }

    fn serialize_bool(self, truth: bool) -> Done {
        self.out.push_str(if truth { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i8(self, number: i8) -> Done {
        self.number(number)
    }

    fn serialize_i16(self, number: i16) -> Done {
        self.number(number)
    }

    fn serialize_i32(self, number: i32) -> Done {
        self.number(number)
    }

    fn serialize_i64(self, number: i64) -> Done {
        self.number(number)
    }

    fn serialize_u8(self, number: u8) -> Done {
        self.number(number)
    }

    fn serialize_u16(self, number: u16) -> Done {
        self.number(number)
    }

    fn serialize_u32(self, number: u32) -> Done {
        self.number(number)
    }

    fn serialize_u64(self, number: u64) -> Done {
        self.number(number)
    }

    fn serialize_f32(self, number: f32) -> Done {
        self.out.push_str(&serde_json::to_string(&number).map_err(Error::custom)?);
        Ok(())
    }

    fn serialize_f64(self, number: f64) -> Done {
        self.out.push_str(&serde_json::to_string(&number).map_err(Error::custom)?);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Done {
        Err(Error)
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.out.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, _: &'static str, _: &T) -> Done {
        Err(Error)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'w>, Error> {
        self.open('[');
        Ok(Open { writer: self, empty: true, end: ']' })
    }

    fn serialize_tuple(self, length: usize) -> Result<Open<'w>, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        Err(Error)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(Error)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'w>, Error> {
        self.open('{');
        Ok(Open { writer: self, empty: true, end: '}' })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Open<'w>, Error> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(Error)
    }
}

impl SerializeSeq for Open<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.next();
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeTuple for Open<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.next();
        key.serialize(&mut *self.writer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.writer.out.push_str(": ");
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeStruct for Open<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Done {
        self.entry(key, value)
    }

    fn end(self) -> Done {
        self.close()
    }
}
