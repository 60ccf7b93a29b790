namespace Serverless.Csv.Values;

/// <summary>The steps of <c>x-clean</c>, which change a cell before anything else looks at it.</summary>
internal enum CleanStep
{
    /// <summary>No white space at either end.</summary>
    Trim,

    /// <summary>Lower case, whatever the machine's culture.</summary>
    Lower,

    /// <summary>Upper case, whatever the machine's culture.</summary>
    Upper,

    /// <summary>One space where white space stands.</summary>
    CollapseSpaces,
}
