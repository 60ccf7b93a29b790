Console.WriteLine("Serverless.Benchmarks");
