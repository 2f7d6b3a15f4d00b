"""An empty signature field that people who listen to a PDF meet like everything else in it.

Signing libraries put a bare widget on the page: without a name, an element in the structure and a place in
the tab order it breaks PDF/UA-1 (ISO 14289-1, 7.18; ISO 32000-1, 14.7.4.3). Here all three are written
first, and the library fills the field. It has no size and no face, and is not hidden, which PDF/A refuses.
"""

from __future__ import annotations

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

FIELD = "Signature"

_NAME = "Signature of the issuer"


def add_tagged_field(writer: IncrementalPdfFileWriter) -> None:
    """Writes the empty field into a PDF of `print.render_pdf`. Raises `ValueError` for one without tags."""
    root = writer.root
    tree = root["/StructTreeRoot"]
    page_reference = writer.find_page_for_modification(0)[0]
    page = page_reference.get_object()
    key = tree["/ParentTreeNextKey"]
    widget = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): pdf_string(FIELD),
            pdf_name("/TU"): pdf_string(_NAME),
            pdf_name("/F"): generic.NumberObject(132),  # Print and Locked: PDF/A refuses hidden ones
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(0)] * 4),
            pdf_name("/P"): page_reference,
            pdf_name("/StructParent"): key,
        }
    )
    widget_reference = writer.add_object(widget)
    element = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/StructElem"),
            pdf_name("/S"): pdf_name("/Form"),
            pdf_name("/Alt"): pdf_string(_NAME),
            pdf_name("/Pg"): page_reference,
            pdf_name("/K"): generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/OBJR"),
                    pdf_name("/Obj"): widget_reference,
                    pdf_name("/Pg"): page_reference,
                }
            ),
        }
    )
    document_reference = _document_element(tree)
    element[pdf_name("/P")] = document_reference
    element_reference = writer.add_object(element)
    children = document_reference.get_object()["/K"]
    children.append(element_reference)
    writer.update_container(children)
    numbers = tree["/ParentTree"]["/Nums"]
    numbers.extend((key, element_reference))
    writer.update_container(numbers)
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(int(key) + 1)
    writer.update_container(tree)
    annotations = page.get("/Annots")
    if annotations is None:
        page[pdf_name("/Annots")] = generic.ArrayObject([widget_reference])
    else:
        annotations.append(widget_reference)
        writer.update_container(annotations)
    page[pdf_name("/Tabs")] = pdf_name("/S")
    writer.update_container(page)
    root[pdf_name("/AcroForm")] = generic.DictionaryObject(
        {
            pdf_name("/Fields"): generic.ArrayObject([widget_reference]),
            pdf_name("/SigFlags"): generic.NumberObject(3),  # SignaturesExist and AppendOnly
        }
    )
    writer.update_root()


def _document_element(tree: generic.DictionaryObject) -> generic.IndirectObject:
    """Where the one element is that holds the whole document."""
    top: generic.IndirectObject = tree["/K"].raw_get(0)
    if top.get_object()["/S"] != "/Document":
        raise ValueError("it has no tags to put the signature among")
    return top
