using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Inference;

/// <summary>The numbers among a column's values, and the one notation that reads them.</summary>
internal sealed class NumberReading
{
    private const int MaxShapes = 64;

    // Of two notations the one holds that twenty times as many values speak for: the others are dirt.
    private const int Dominance = 20;

    private readonly Dictionary<NumberShape, long> _shapes = [];

    public void Add(in NumberShape shape)
    {
        if (_shapes.Count < MaxShapes || _shapes.ContainsKey(shape)) _shapes[shape] = _shapes.GetValueOrDefault(shape) + 1;
    }

    /// <summary>Decides what a column is.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">Its values that are not missing.</param>
    /// <param name="share">The share of them that has to be of the type.</param>
    /// <param name="commasElsewhere">Another column of the file has decimal commas.</param>
    public Finding Decide(string name, long values, double share, bool commasElsewhere)
    {
        var text = new SchemaField(name);
        if (_shapes.Count == 0) return new(text, 0);

        var unit = _shapes.GroupBy(s => s.Key.Unit, s => s.Value).MaxBy(g => g.Sum())!.Key;
        var all = _shapes.Values.Sum();
        var mostly = Finding.IsEnough(all, values, share);
        if (Count(s => s.Trait == NumberTrait.LeadingZeros && s.Unit.Length == 0) > 0)
            return new(text, 0, mostly ? "numbers with leading zeros, as identifiers have" : null);

        var (point, pointRemark) = DecidePoint(unit, commasElsewhere);
        if (point == '\0') return new(text, 0, mostly ? pointRemark : null);
        var group = FindGroup(unit, point);
        var fits = Count(s => s.Fits(unit, point, group));
        if (!Finding.IsEnough(fits, values, share))
            return new(text, fits, mostly ? Misfit(unit) : Finding.DescribeShare("numbers", all, values));
        if (!Finding.IsEnough(fits - Count(s => s.Trait == NumberTrait.Long), values, share))
            return new(text, fits, "integers beyond 64 bits");
        if (IsCode(point, group)) return new(text, fits, "two readings: numbers or codes of three digits each");

        var hasFraction = Count(
            s => s.Fits(unit, point, group) && (s.Decimal != '\0' || s.Unclear == point || s.Trait == NumberTrait.Exponent)) > 0;
        var isNumber = hasFraction || group != '\0' || unit.Length > 0;
        var field = new SchemaField(name, isNumber ? FieldType.Number : FieldType.Integer)
        {
            DecimalChar = point.ToString(),
            GroupChar = group == '\0' ? "" : group.ToString(),
            BareNumber = unit.Length == 0,
            Unit = unit.Length == 0 ? null : unit,
            IsExact = true,
        };
        return new(field, fits);
    }

    /// <summary>True when values of this column certainly have decimal commas.</summary>
    public bool HasDecimalCommas => Evidence(',') is var commas and > 0 && commas >= Evidence('.') * Dominance;

    private long Count(Func<NumberShape, bool> condition) => _shapes.Sum(s => condition(s.Key) ? s.Value : 0);

    // Whoever has commas between groups has a point before the decimals, and the other way round.
    private long Evidence(char point) =>
        Count(
            s => s.Trait is NumberTrait.None or NumberTrait.LeadingZeros && (s.Decimal == point || s.Group == (point == '.' ? ',' : '.')));

    private (char Point, string Remark) DecidePoint(string unit, bool commasElsewhere)
    {
        var (points, commas) = (Evidence('.'), Evidence(','));
        if (points > 0 || commas > 0)
        {
            if (points >= commas * Dominance) return ('.', "");
            return commas >= points * Dominance ? (',', "") : ('\0', "decimal points and decimal commas");
        }

        var (unclearPoints, unclearCommas) = (Count(s => s.Unclear == '.'), Count(s => s.Unclear == ','));
        if (unclearCommas > 0) return ('\0', "two readings as a number: the comma before decimals or between groups");

        // Read with a decimal point the text stays as it is; read otherwise it would not.
        return unclearPoints > 0 && (commasElsewhere || unit.Length > 0)
            ? ('\0', "two readings as a number: the point before decimals or between groups")
            : ('.', "");
    }

    private char FindGroup(string unit, char point)
    {
        var groups = _shapes.Where(s => s.Key.Unit == unit && s.Key.Trait == NumberTrait.None)
            .Select(s => (Mark: s.Key.Group != '\0' ? s.Key.Group : s.Key.Unclear, s.Value))
            .Where(s => s.Mark != '\0' && s.Mark != point);
        return groups.GroupBy(s => s.Mark, s => s.Value).OrderByDescending(g => g.Sum()).ThenBy(g => g.Key).FirstOrDefault()?.Key ?? '\0';
    }

    // "123 456" throughout may be anything; numbers are of different lengths, or have decimals.
    private bool IsCode(char point, char group) =>
        char.IsWhiteSpace(group) && Count(s => s.Decimal == point) == 0 && Count(s => s is { Group: '\0', Trait: NumberTrait.None }) == 0;

    private string Misfit(string unit)
    {
        if (Count(s => s.Trait == NumberTrait.InBrackets) > 0) return "numbers in brackets, for minus, which a schema cannot say";
        if (Count(s => s.Trait == NumberTrait.PlusSign) > 0) return "numbers with plus signs";
        return Count(s => s.Unit != unit) > 0 ? "numbers with and without units, or with several" : "numbers in several notations";
    }
}
