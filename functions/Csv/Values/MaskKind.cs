namespace Serverless.Csv.Values;

/// <summary>The ways to write values that nobody may see.</summary>
internal enum MaskKind
{
    /// <summary>As a keyed hash: the same value is the same text wherever the key is the same.</summary>
    Hash,

    /// <summary>As <c>***</c>, whatever they are.</summary>
    Mask,
}
