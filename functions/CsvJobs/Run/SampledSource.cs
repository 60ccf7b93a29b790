using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Run;

/// <summary>A file of which any part can be read.</summary>
internal sealed record SampledSource(IRangeSource Source, long Size);
