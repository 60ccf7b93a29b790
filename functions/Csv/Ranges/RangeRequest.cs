namespace Serverless.Csv.Ranges;

/// <summary>A range to be read now.</summary>
/// <param name="Range">What to read.</param>
/// <param name="First">Where its first record starts; null to start behind the first line end and let the neighbours judge it.</param>
internal sealed record RangeRequest(ByteRange Range, long? First);
