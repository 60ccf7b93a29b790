using Serverless.Csv.Values;

namespace Serverless.Csv.Checks;

/// <summary>A column's value in the record at hand, as checks see it.</summary>
internal interface IColumnValue
{
    string Name { get; }

    FieldType Type { get; }

    bool IsMissing { get; }
}

/// <summary>Integers, numbers and years.</summary>
internal interface INumberValue : IColumnValue
{
    /// <summary>The value as <c>mantissa / 10^scale</c>; false where it is missing, or takes more than 18 digits.</summary>
    bool TryGetSmall(out long mantissa, out int scale);

    /// <summary>The value, if it is one; false for what is not finite.</summary>
    bool TryGetExact(out BigNumber value);
}

/// <summary>Dates, times and booleans.</summary>
internal interface IOrderedValue : IColumnValue
{
    /// <summary>Orders values of one type; false where the value is missing.</summary>
    bool TryGetKey(out long key);
}

/// <summary>Texts, and what is of any type.</summary>
internal interface ITextValue : IColumnValue
{
    /// <summary>The text in UTF-8, once <see cref="Keep"/> was called.</summary>
    ReadOnlySpan<byte> Text { get; }

    /// <summary>Asks for texts to be held until their record ends.</summary>
    void Keep();
}
