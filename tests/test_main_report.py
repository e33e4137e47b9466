"""The main report, every cell of its nine tables."""

from __future__ import annotations

import pytest
import text_truth
from compare import printed

import extraction
import pdf_pages


@pytest.fixture(scope="module")
def tables():
    return extraction.read_report(text_truth.PDF)


@pytest.mark.parametrize(
    ("table", "records"),
    [
        ("revenue_expenditure", 42),
        ("revenue", 287),
        ("expenditure", 246),
        ("appropriation", 125),
        ("general_budget", 123),
        ("basic_expenditure", 83),
        ("government_fund", 6),
        ("state_capital", 3),
        ("three_public", 12),
    ],
)
def test_every_record_of_a_table_is_as_the_transcription_has_it(tables, table, records):
    expected = text_truth.expected()[table]
    assert len(expected) == records
    assert printed(tables[table]) == expected


def test_the_tables_and_their_columns_are_those_of_the_contract(tables):
    assert {name: ",".join(frame.columns) for name, frame in tables.items()} == {
        "reports": "report,year,department,unit,pages,file,sha256",
        "revenue_expenditure": "report,year,page,side,line,item,amount",
        "revenue": "report,year,page,code,item,level,source,amount",
        "expenditure": "report,year,page,code,item,level,kind,amount",
        "appropriation": "report,year,page,side,line,item,fund,amount",
        "general_budget": "report,year,page,code,item,level,kind,amount",
        "basic_expenditure": "report,year,page,code,item,level,group,amount",
        "government_fund": "report,year,page,code,item,level,measure,amount",
        "state_capital": "report,year,page,code,item,level,measure,amount",
        "three_public": "report,year,page,basis,item,amount",
        "narrative": "report,year,page,section,subject,measure,value,unit,sentence",
        "budget_execution": "report,year,page,class,section,item,code,initial_budget,final,"
        "completion_rate,reason",
        "procurement": "report,year,page,category,measure,value,unit",
        "base_data": "report,year,page,group,item,period,basis,value,unit",
        "performance_funding": "report,year,page,project,source,basis,value",
        "performance_indicators": "report,year,page,project,level1,level2,level3,target,actual,"
        "points,score,deviation",
        "glossary": "report,year,page,term,definition",
        "loose_matches": "report,year,page,text,code,matched,reason",
        "unread": "report,year,page,text",
        "checks": "report,year,page,check,scope,stated,computed,difference,tolerance,verdict,"
        "detail",
    }


def test_the_report_is_described(tables):
    assert printed(tables["reports"]) == [
        (
            "zhuzhou-hrss-2024",
            2024,
            "株洲市人力资源和社会保障局（本级）",
            "万元",
            72,
            "zhuzhou-hrss-2024.pdf",
            "8261d906a0f20c43f00f429940fdbc3ffc8e4a3aa62030dd5d1f3bd2f3427def",
        )
    ]


def test_no_table_is_reported_missing():
    assert extraction.extract(text_truth.PDF).missing == []


def test_a_report_of_more_pages_than_are_kept_open_reads_the_same(tables, monkeypatch):
    monkeypatch.setattr(pdf_pages, "OPEN_PAGES", 2)
    again = extraction.read_report(text_truth.PDF)
    assert all(printed(again[name]) == printed(frame) for name, frame in tables.items())
