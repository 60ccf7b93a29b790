namespace Serverless.CsvPipeline;

/// <summary>The file is not there yet: trying again later may help.</summary>
internal sealed class InputMissingException(string message) : Exception(message);
