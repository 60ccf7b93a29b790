using Serverless.Csv.Values;
using Serverless.CsvJobs.Load;

namespace Serverless.UnitTests.Csv.Load;

/// <summary>A detail is shown where it can only quote the record itself.</summary>
public sealed class LoadDetailsTests
{
    private const string Own =
        "SQL statement \"INSERT INTO t (id) SELECT id FROM (SELECT 1) serverless_rows\"\nPL/pgSQL function inline_code_block";

    [Theory]
    [InlineData("23505", "t_pkey", true)]
    [InlineData("23505", "t_lower", true)]
    [InlineData("23503", "t_k_fkey", true)]
    [InlineData("23503", "t_self_fkey", true)]
    [InlineData("23505", "t_mail_key", false)]
    [InlineData("23505", "t_hidden", false)]
    [InlineData("23505", "t_extra", false)]
    [InlineData("23505", "other_pkey", false)]
    [InlineData("23514", "t_check", false)]
    [InlineData("23502", "", false)]
    [InlineData("23P01", "t_range_excl", false)]
    [InlineData("P0001", "t_pkey", false)]
    public void IsShown_OfEachError_OnlyForOwnValues(string state, string constraint, bool expected) =>
        Assert.Equal(expected, IsShown(LoadMode.Append, state, constraint, "t", Own));

    [Theory]
    [InlineData(true, "t_self_fkey", "t", Own)]
    [InlineData(false, "t_pkey", "log", Own)]
    [InlineData(false, "t_pkey", "t", "SQL statement \"UPDATE t SET id = 7\"\nPL/pgSQL function f()\n" + Own)]
    public void IsShown_WhatIsSaidOfAnotherRow_IsNot(bool isUpsert, string constraint, string table, string context) =>
        Assert.False(IsShown(
            isUpsert ? LoadMode.Upsert : LoadMode.Append, constraint.EndsWith("fkey", StringComparison.Ordinal) ? "23503" : "23505",
            constraint, table, context));

    private static bool IsShown(LoadMode mode, string state, string constraint, string table, string context)
    {
        LoadColumn[] columns =
        [
            new("id", StagedType.WholeNumber, FieldType.Integer, ""), new("k", StagedType.WholeNumber, FieldType.Integer, ""),
            new("mail", StagedType.Text, FieldType.String, "", IsMasked: true),
        ];
        var plan = new LoadPlan("job", "db", "public", "t", mode, [], columns, []);
        var target = new TargetTable(plan.Target, [], [
            Constraint("t_pkey", 'p', "id"), Constraint("t_mail_key", 'u', "mail"), Constraint("t_check", 'c', "id"),
            Constraint("t_k_fkey", 'f', "k") with { Other = new QualifiedName("public", "other") }, Constraint("t_self_fkey", 'f', "k"),
            Constraint("t_range_excl", 'x', "k"),
        ]);
        var indexes = new Dictionary<string, string[]>
        {
            ["t_lower"] = ["id", "k"],
            ["t_hidden"] = ["id", "mail"],
            ["t_extra"] = ["id", "secret"],
        };
        return new LoadDetails(plan, target, indexes).IsShown(
            new RowFault(1, state, "no", "Key (id)=(7).", new QualifiedName("public", table), "", constraint, context));

        static TargetConstraint Constraint(string name, char kind, string column) =>
            new(name, kind, [column], "", null, [], IsDeferrable: false, NullsAreAlike: false);
    }
}
