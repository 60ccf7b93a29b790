using System.Text.Json;
using Serverless.Csv.Checks;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.SchemaParsing;

/// <summary>Reads <c>x-checks</c>: conditions, and checks as Frictionless writes them.</summary>
internal sealed class ChecksParser(List<SchemaFault> faults)
{
    /// <summary>The member of a schema.</summary>
    public const string Name = "x-checks";

    /// <summary>More checks than this are refused.</summary>
    public const int MaxChecks = 100;

    private const int MaxValues = 1_000;
    private const int MaxInterval = 20;
    private const string ForbiddenValue = "forbidden-value", Dimensions = "table-dimensions";
    private const string SequentialValue = "sequential-value", DeviatedValue = "deviated-value";
    private const string FieldName = "a field's name";
    private const string Allowed =
        "a condition on columns, such as \"end >= start\", \"total = quantity * price ± 0.01\" or " +
        "\"status in ('a', 'b') implies day != null\", or an object with the type forbidden-value, sequential-value, deviated-value or " +
        "table-dimensions";

    private static readonly string[] Sizes = ["numRows", "minRows", "maxRows", "numFields", "minFields", "maxFields"];

    private readonly List<(int Index, TableCheck Check)> _checks = [];
    private readonly List<(int Index, string Field)> _sequences = [];
    private readonly List<(int Index, DeviationCheck Check)> _deviations = [];

    /// <summary>The checks of records.</summary>
    public IReadOnlyList<TableCheck> Checks => [.. _checks.Select(c => c.Check)];

    /// <summary>The checks of columns.</summary>
    public ColumnChecks ColumnChecks => new([.. _sequences.Select(s => s.Field)], [.. _deviations.Select(d => d.Check)]);

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
        foreach (var (index, field) in _sequences) BindNumber(schema, index, field);
        foreach (var (index, check) in _deviations) BindNumber(schema, index, check.Field);
        if (_checks.Count == 0) return;
        var values = ColumnCleaners.ListValues(ColumnCleaners.Create(schema, CsvOutput.Csv));
        foreach (var (index, check) in _checks)
        {
            try
            {
                RowCheck.Bind(check, values);
            }
            catch (CheckException e)
            {
                faults.Add(new(PathOf(index), e.Message, Allowed));
            }
        }
    }

    private void BindNumber(TableSchema schema, int index, string name)
    {
        var field = schema.Fields.FirstOrDefault(f => f.Name == name);
        if (field is null) faults.Add(new($"{PathOf(index)}.fieldName", $"there is no field \"{SchemaObject.Shorten(name)}\"", FieldName));
        else if (field.Type is not (FieldType.Integer or FieldType.Number))
            faults.Add(new($"{PathOf(index)}.fieldName", $"\"{name}\" is {FieldTypes.Format(field.Type)}", "an integer or a number"));
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
            case SequentialValue:
                check.RefuseOthers(["type", "fieldName", "name", "title", "description"]);
                if (ReadField(check) is { } sequence) _sequences.Add((index, sequence));
                break;
            case DeviatedValue:
                check.RefuseOthers(["type", "fieldName", "interval", "average", "name", "title", "description"]);
                ReadDeviation(index, check);
                break;
            case var other:
                check.AddFault("type", other is null ? "there is none" : $"\"{SchemaObject.Shorten(other)}\" is not known", Allowed);
                break;
        }
    }

    private void ReadForbidden(int index, SchemaObject check)
    {
        const string allowed = "an array of texts, booleans, or numbers without an exponent";
        if (ReadField(check) is not { } field) return;
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

    private void ReadDeviation(int index, SchemaObject check)
    {
        const string interval = "a number of standard deviations such as 3, without an exponent";
        const string mean = "mean: others are not told from the ranges of a file";
        if (check.ReadText("average", mean) is { } average && average != "mean")
            check.AddFault("average", $"this is \"{SchemaObject.Shorten(average)}\"", mean);
        var text = "3";
        if (check.TryGet("interval", out var value) && value.Value.ValueKind != JsonValueKind.Null)
        {
            text = value.Value.GetRawText();
            if (value.Value.ValueKind != JsonValueKind.Number || text.Length > MaxInterval || text.AsSpan().IndexOfAny('e', 'E', '-') >= 0)
            {
                check.AddFault("interval", $"this is {SchemaObject.Shorten(text)}", interval);
                return;
            }
        }

        if (ReadField(check) is { } field) _deviations.Add((index, new DeviationCheck(field, text)));
    }

    private static string? ReadField(SchemaObject check)
    {
        if (check.ReadText("fieldName", FieldName) is { } field) return field;
        check.AddFault("fieldName", "no field is named", FieldName);
        return null;
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
