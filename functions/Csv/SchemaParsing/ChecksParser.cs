using System.Text.Json;
using Serverless.Csv.Checks;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;

namespace Serverless.Csv.SchemaParsing;

/// <summary>Reads <c>x-checks</c>: conditions, and the checks of Frictionless that need no more than a record or a count.</summary>
internal sealed class ChecksParser(List<SchemaFault> faults)
{
    /// <summary>The member of a schema.</summary>
    public const string Name = "x-checks";

    /// <summary>More checks than this are refused.</summary>
    public const int MaxChecks = 100;

    private const int MaxValues = 1_000;
    private const string ForbiddenValue = "forbidden-value", Dimensions = "table-dimensions";
    private const string Allowed =
        "a condition on columns, such as \"end >= start\", \"total = quantity * price ± 0.01\" or " +
        "\"status in ('a', 'b') implies day != null\", or an object with the type forbidden-value or table-dimensions";

    private static readonly string[] Sizes = ["numRows", "minRows", "maxRows", "numFields", "minFields", "maxFields"];

    private readonly List<(int Index, TableCheck Check)> _checks = [];

    /// <summary>The checks of records.</summary>
    public IReadOnlyList<TableCheck> Checks => [.. _checks.Select(c => c.Check)];

    /// <summary>The sizes that the table may have.</summary>
    public TableDimensions? TableDimensions { get; private set; }

    /// <summary>Reads them; what is at fault is noted.</summary>
    public void Read(SchemaObject schema)
    {
        if (!schema.TryGet(Name, out var array) || array.Value.ValueKind == JsonValueKind.Null) return;
        if (array.Value.ValueKind != JsonValueKind.Array)
        {
            schema.AddFault(Name, $"this is {SchemaObject.DescribeKind(array.Value)}", $"an array, each {Allowed}");
            return;
        }

        if (array.Value.GetArrayLength() > MaxChecks)
        {
            schema.AddFault(Name, $"there are {array.Value.GetArrayLength()} checks", $"at most {MaxChecks}");
            return;
        }

        foreach (var (index, element) in array.Value.EnumerateArray().Index())
        {
            if (element.ValueKind == JsonValueKind.String) ReadCondition(index, element.GetString()!);
            else ReadObject(index, new SchemaObject(element, PathOf(index), faults));
        }
    }

    /// <summary>Holds the checks against the columns.</summary>
    public void Bind(TableSchema schema)
    {
        if (_checks.Count == 0) return;
        var values = ColumnCleaners.ListValues(ColumnCleaners.Create(schema, CsvOutput.Csv));
        foreach (var (index, check) in _checks)
        {
            try
            {
                RowCheck.Compile(check, values);
            }
            catch (CheckException e)
            {
                faults.Add(new(PathOf(index), e.Message, Allowed));
            }
        }
    }

    private void ReadCondition(int index, string text)
    {
        try
        {
            _checks.Add((index, TableCheck.Of(text)));
        }
        catch (CheckException e)
        {
            faults.Add(new(PathOf(index), e.Message, Allowed));
        }
    }

    private void ReadObject(int index, SchemaObject check)
    {
        if (!check.IsObject(Allowed)) return;
        switch (check.ReadText("type", Allowed))
        {
            case ForbiddenValue:
                check.RefuseOthers(["type", "fieldName", "values", "name", "title", "description"]);
                ReadForbidden(index, check);
                break;
            case Dimensions:
                check.RefuseOthers(["type", .. Sizes, "name", "title", "description"]);
                var sizes = Sizes.Select(s => (long?)check.Count(s)).ToArray();
                TableDimensions = new TableDimensions(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5]);
                break;
            case "sequential-value" or "deviated-value" or "deviated-cell":
                check.AddFault(
                    "type", "this check compares a record with others, and records are read side by side",
                    $"{ForbiddenValue}, {Dimensions}, or a condition on the columns of one record");
                break;
            case var other:
                check.AddFault("type", other is null ? "there is none" : $"\"{SchemaObject.Shorten(other)}\" is not known", Allowed);
                break;
        }
    }

    private void ReadForbidden(int index, SchemaObject check)
    {
        const string allowed = "an array of texts, booleans, or numbers without an exponent";
        if (check.ReadText("fieldName", "a field's name") is not { } field)
        {
            check.AddFault("fieldName", "no field is named", "a field's name");
            return;
        }

        if (!check.TryGet("values", out var array) || array.Value.ValueKind != JsonValueKind.Array
            || array.Value.GetArrayLength() is 0 or > MaxValues)
        {
            check.AddFault("values", "these are none, or too many", $"{allowed}, 1 to {MaxValues}");
            return;
        }

        var values = array.Value.EnumerateArray().Select(ReadLiteral).ToList();
        if (values.Contains(null)) check.AddFault("values", "some are something else", allowed);
        else _checks.Add((index, TableCheck.Forbid(field, values!)));
    }

    private static CheckSyntax? ReadLiteral(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new CheckSyntax(CheckPart.Text, value.GetString()!),
        JsonValueKind.Number when value.GetRawText().AsSpan().IndexOfAny('e', 'E') < 0 =>
            new CheckSyntax(CheckPart.Number, value.GetRawText()),
        JsonValueKind.True => new CheckSyntax(CheckPart.True, "true"),
        JsonValueKind.False => new CheckSyntax(CheckPart.False, "false"),
        _ => null,
    };

    private static string PathOf(int index) => $"$.{Name}[{index}]";
}
